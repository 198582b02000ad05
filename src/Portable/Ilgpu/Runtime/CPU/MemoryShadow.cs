using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// What the executor knows of a piece of memory, cell by cell: when each was touched, written and read last, in ticks of the
/// <see cref="AccessLog"/>. A cell is an element of 1, 2, 4 or 8 bytes; wider elements have several.
/// </summary>
internal sealed unsafe class MemoryShadow
{
    // Shared and local memory that nothing wrote holds signalling NaNs. Arithmetic turns them into quiet ones with the same payload.
    private const uint Poison32 = 0x7FA5_A5A5;
    private const uint QuietPoison32 = Poison32 | 0x0040_0000;
    private const ulong Poison64 = 0x7FF5_A5A5_A5A5_A5A5;
    private const ulong QuietPoison64 = Poison64 | 0x0008_0000_0000_0000;

    private readonly MemoryBuffer buffer;
    private readonly AccessLog? log;
    private readonly string name;
    private Cell[] cells = [];
    private int shift;
    private int launch;
    private int era;

    public MemoryShadow(MemoryBuffer buffer, MemorySpace space, string name)
    {
        this.buffer = buffer;
        this.name = name;
        Space = space;
        log = (buffer.Accelerator as CPUAccelerator)?.Executor.Log;
    }

    public MemorySpace Space { get; }

    /// <summary>Bytes of a cell.</summary>
    public int CellSize => 1 << shift;

    /// <summary>Logs an access of the running kernel thread to <paramref name="size"/> bytes, before it happens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(long offset, int size)
    {
        var known = cells;
        ulong cell = (ulong)offset >> shift;
        if (size != 1 << shift || cell >= (ulong)known.Length || known[cell].Touched != log!.Tick)
        {
            NoteFirst(offset, size);
        }
    }

    /// <summary>The state of a cell.</summary>
    public ref Cell this[long cell] => ref cells[cell];

    /// <summary>The bits of a cell.</summary>
    public ulong Value(long cell) => shift switch
    {
        3 => ((ulong*)buffer.NativePtr)[cell],
        2 => ((uint*)buffer.NativePtr)[cell],
        1 => ((ushort*)buffer.NativePtr)[cell],
        _ => ((byte*)buffer.NativePtr)[cell],
    };

    /// <summary>Whether these bits are what arithmetic makes of memory that nothing wrote.</summary>
    public bool IsSpoilt(ulong value) => shift switch
    {
        3 => value == QuietPoison64,
        2 => value == QuietPoison32,
        _ => false,
    };

    /// <summary>
    /// Fills the memory with the pattern of memory that nothing wrote. Global memory gets one too, as a GPU promises nothing about fresh
    /// memory: all bits set, which is not a number in any precision.
    /// </summary>
    /// <param name="size">Size of an element in bytes.</param>
    public void Poison(int size)
    {
        var pointer = (void*)buffer.NativePtr;
        if (Space == MemorySpace.Global)
        {
            NativeMemory.Fill(pointer, (nuint)buffer.LengthInBytes, 0xFF);
        }
        else if (size == 8)
        {
            new Span<ulong>(pointer, (int)(buffer.LengthInBytes / 8)).Fill(Poison64);
        }
        else
        {
            // Elements of one or two bytes get a part of the pattern.
            new Span<uint>(pointer, (int)((buffer.LengthInBytes + 3) / 4)).Fill(Poison32);
        }
    }

    /// <summary>The cell at an address, or -1.</summary>
    public long CellAt(void* address)
    {
        long offset = (byte*)address - (byte*)buffer.NativePtr;
        return offset >= 0 && offset < buffer.LengthInBytes ? offset >> shift : -1;
    }

    /// <summary>Forgets all accesses.</summary>
    public void Forget() => cells = [];

    /// <summary>An element for a message: "element 3 of shared array 0 (16 elements of 4 bytes)".</summary>
    public string Describe(long cell) => $"element {(cell << shift) / buffer.ElementSize} of {Describe()}";

    public string Describe()
    {
        string size = $"({buffer.Length} elements of {buffer.ElementSize} bytes)";
        return Space == MemorySpace.Global ? $"{log?.Executor.NameOf(buffer) ?? "a buffer"} {size}" : $"{name} {size}";
    }

    // The first access of this kernel thread since the last barrier, or one of another size than a cell.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void NoteFirst(long offset, int size)
    {
        if (log is null || log.Tick == 0)
        {
            throw KernelFault.OutsideKernel();
        }

        if (cells.Length == 0 || launch != log.Launch)
        {
            Prepare(size);
        }

        if (size < CellSize)
        {
            Refine(size);
        }

        long last = (offset + size - 1) >> shift;
        for (long i = offset >> shift; i <= last; i++)
        {
            ref var cell = ref cells[i];
            if (cell.Touched != log.Tick)
            {
                cell.Touched = log.Tick;
                log.Add(this, i, Value(i));
            }
        }
    }

    // The first access of a launch: its elements are the cells, if they can be. What earlier launches did is of no account any more.
    private void Prepare(int size)
    {
        if (buffer.IsDisposed)
        {
            throw log!.Executor.Fault($"used {Describe()} after its disposal; keep the buffer until the launch is over");
        }

        launch = log!.Launch;
        bool isVoid = era != log.Era || cells.Length == 0;
        era = log.Era;
        int wanted = size switch { 8 or 4 or 2 => BitOperations.Log2((uint)size), _ => size % 4 == 0 ? 2 : 0 };
        if (isVoid || wanted != shift)
        {
            shift = wanted;
            cells = new Cell[(buffer.LengthInBytes + CellSize - 1) >> shift];
        }
    }

    // Smaller cells for a view of smaller elements; what is known of a cell holds for its parts.
    private void Refine(int size)
    {
        size = BitOperations.IsPow2(size) ? size : 1;
        int parts = CellSize / size;
        log!.Split(this, parts, 8 * size);
        var finer = new Cell[cells.Length * parts];
        for (int i = 0; i < finer.Length; i++)
        {
            finer[i] = cells[i / parts];
        }

        cells = finer;
        shift = BitOperations.Log2((uint)size);
    }

    /// <summary>
    /// Ticks of the last accesses to a cell; 0 for none, and negative after an atomic operation. <see cref="WrittenElsewhere"/> is the last
    /// write before that of the thread that changed the cell atomically, <see cref="ReadElsewhere"/> the last read by a group before the one
    /// that read last.
    /// </summary>
    internal struct Cell
    {
        public int Touched;
        public int Written;
        public int WrittenElsewhere;
        public int Read;
        public int ReadElsewhere;
    }
}
