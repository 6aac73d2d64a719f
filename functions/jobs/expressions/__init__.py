"""Schedule expressions: reading all their forms, the firings that they mean, and the form that AWS takes."""
