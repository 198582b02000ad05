namespace QDiff.Kernels.Density;

/// <summary>One pass of <see cref="BlockTables"/>: what every block of 4^k coefficients goes through between one load and one store.</summary>
/// <param name="Size">Coefficients of a block.</param>
/// <param name="Count">Blocks of a state.</param>
/// <param name="Offsets">Where the places of a block's coefficients begin among the tables, [Size].</param>
/// <param name="Bases">Where the places of the blocks begin among the tables, [Count].</param>
/// <param name="FirstStep">Number of its first step.</param>
/// <param name="StepCount">Number of its steps.</param>
/// <param name="ReplayCount">Steps up to the last that a gradient goes through.</param>
/// <param name="SavedCount">Steps that a gradient goes through.</param>
/// <param name="SumCount">Entries of all maps that a gradient goes through.</param>
/// <param name="ShrinkMask">Not 0 for a pass without steps: coefficients with one of these bits in their index are scaled.</param>
/// <param name="ShrinkFactor">By this factor.</param>
internal sealed record BlockPass(
    int Size, int Count, int Offsets, int Bases, int FirstStep, int StepCount, int ReplayCount, int SavedCount, int SumCount, int ShrinkMask, double ShrinkFactor);
