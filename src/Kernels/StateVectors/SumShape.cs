namespace QDiff.Kernels.StateVectors;

/// <summary>Rows that are summed.</summary>
internal struct SumShape
{
    /// <summary>Rows that are there now.</summary>
    public int Rows;

    /// <summary>Number of the first of them among all rows that will come.</summary>
    public int FirstRow;

    /// <summary>Groups of all rows.</summary>
    public int Groups;

    /// <summary>Numbers of a row.</summary>
    public int Columns;

    /// <summary>Numbers of a row of the result, and the first of them that the sums go to.</summary>
    public int TotalColumns;

    public int FirstColumn;
}
