namespace QDiff.Kernels.Density;

/// <summary>What a launch of one pass tells every group; group g does block g mod Blocks of sample g div Blocks.</summary>
internal struct BlockLaunch
{
    /// <summary>4^n.</summary>
    public int Coefficients;

    /// <summary>Coefficients of a block.</summary>
    public int Size;

    /// <summary>Blocks of a state.</summary>
    public int Blocks;

    /// <summary>Table of the places of a block's coefficients.</summary>
    public int Offsets;

    /// <summary>Table of the places of the blocks.</summary>
    public int Bases;

    /// <summary>First step.</summary>
    public int FirstStep;

    /// <summary>Number of steps.</summary>
    public int StepCount;

    /// <summary>Entries from one sample's to the next's; 0 when all samples share them.</summary>
    public int EntryStride;

    /// <summary>Of a way back: steps up to the last that a gradient goes through.</summary>
    public int ReplayCount;

    /// <summary>Of a way back: steps that a gradient goes through.</summary>
    public int SavedCount;

    /// <summary>Of a way back: sums of a block.</summary>
    public int SumCount;
}
