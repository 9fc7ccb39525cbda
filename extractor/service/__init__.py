"""The pages and services that danvan serves on this machine."""
