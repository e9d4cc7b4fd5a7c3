"""Exchange: the door for machines; speaks their languages at the border, plain rows inside."""
