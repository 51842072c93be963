"""What can be controlled, in what units, and how it is changed: tables, state, transactions. No devices."""
