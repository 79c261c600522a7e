"""What the data say: text, votes of past projects, ranking, reasons and measures. Pure: arrays in, arrays out."""
