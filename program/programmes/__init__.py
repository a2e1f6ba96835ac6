"""What is offered: programmes, their domains and modules."""
