"""What is wrong, or dear, or unkind, in a folder of flow files, with the line and the mend."""
