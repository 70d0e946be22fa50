"""The time loops. Each is compiled together with the code written for one neuron model.

Kernels take arrays and numbers only, allocate nothing in their time loops and
raise nothing: what they are given has been checked.
"""
