"""An OpenID Connect provider for the demo and the tests. It lives by the machine's clock, since
the login library that reads its tokens does too."""
