"""What people see: values of the domain become messages, buttons and forms, in plain words that can be translated."""
