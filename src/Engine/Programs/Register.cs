namespace QDiff.Engine.Programs;

/// <summary>A named range of qubits or of classical bits.</summary>
/// <param name="Name">Name as written in a file.</param>
/// <param name="First">Index of its element 0 in the whole program.</param>
/// <param name="Size">Number of elements, at least 1.</param>
public sealed record Register(string Name, int First, int Size);
