"""Pages of accounts: sign-in and activation, the own profile, people of a unit, the officers' pages."""
