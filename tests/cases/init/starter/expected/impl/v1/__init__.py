"""Implementation of spec/v1/"""
