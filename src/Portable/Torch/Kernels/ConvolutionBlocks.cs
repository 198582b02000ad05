namespace TorchSharp;

/// <summary>How the work is cut, from the sizes alone.</summary>
internal readonly struct ConvolutionBlocks
{
    /// <summary>Elements of the unfolded block that a thread keeps in its second-level cache.</summary>
    private const int ColumnBudget = 80_000;

    /// <summary>Columns beyond which a block brings nothing.</summary>
    private const int MostColumns = 768;

    /// <summary>Columns of a block in the forward pass: with <see cref="Gemm.DepthBlock"/> terms they stay within <see cref="ColumnBudget"/>.</summary>
    private const int ForwardColumns = 312;

    /// <summary>Columns of a block in the adjoint of a strided convolution.</summary>
    private const int ScatterColumns = 256;

    /// <summary>Most images per work item of the forward pass and of the adjoint: enough of them leave few columns of a tile empty.</summary>
    private const int MostImages = 8;

    /// <summary>Output rows per unfolded block.</summary>
    public readonly int Rows;

    /// <summary>Images per work item.</summary>
    public readonly int Images;

    /// <summary>Work items per channel group.</summary>
    public readonly int ImageGroups;

    /// <summary>For the weight gradient, whose sums follow the blocks: as many columns as the budget has room for.</summary>
    public ConvolutionBlocks(ConvolutionShape s)
    {
        int columns = Math.Clamp(ColumnBudget / Math.Max(s.Terms, 1), 96, MostColumns);
        Images = Math.Clamp(columns / Math.Max(s.OutPixels, 1), 1, Math.Max(s.Batch, 1));
        Rows = Math.Clamp(columns / Math.Max(s.OutWidth, 1), 1, Math.Max(Images * s.OutHeight, 1));
        ImageGroups = (s.Batch + Images - 1) / Images;
    }

    private ConvolutionBlocks(ConvolutionShape s, int images, int rows)
    {
        (Images, Rows) = (images, rows);
        ImageGroups = (s.Batch + images - 1) / images;
    }

    /// <summary>Blocks of any rows, such that a work item leaves the fewest columns of its tiles empty.</summary>
    public static ConvolutionBlocks OfRows(ConvolutionShape s, int tile)
    {
        int mostRows = Math.Max(1, ForwardColumns / s.OutWidth);
        (ConvolutionBlocks best, double least) = (default, double.MaxValue);
        for (int images = 1; images <= Math.Min(MostImages, s.Batch); images++)
        {
            int all = images * s.OutHeight;
            for (int rows = Math.Min(mostRows, all); rows >= Math.Min((mostRows + 3) / 4, all); rows--)
            {
                double columns = (((double)(all / rows) * Padded(rows)) + Padded(all % rows)) / images;
                (best, least) = columns < least ? (new ConvolutionBlocks(s, images, rows), columns) : (best, least);
            }
        }
        return best;

        int Padded(int rows) => ((rows * s.OutWidth) + tile - 1) / tile * tile;
    }

    /// <summary>Blocks of whole images where there is room for one, such that the fewest columns of their tiles are empty.</summary>
    public static ConvolutionBlocks OfImages(ConvolutionShape s, int tile)
    {
        (int images, double least) = (1, double.MaxValue);
        for (int count = 1; count <= Math.Min(s.Batch, Math.Min(MostImages, Math.Max(1, ScatterColumns / s.OutPixels))); count++)
        {
            double columns = (double)(((count * s.OutPixels) + tile - 1) / tile * tile) / count;
            (images, least) = columns < least ? (count, columns) : (images, least);
        }
        return new ConvolutionBlocks(s, images, Math.Clamp(MostColumns / s.OutWidth, 1, images * s.OutHeight));
    }
}
