"""The office decides what past organisations are."""
