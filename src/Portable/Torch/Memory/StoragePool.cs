using System.Numerics;

namespace TorchSharp;

/// <summary>
/// Free blocks by size class (four classes per power of two), so that a training step reuses the memory of the step before.
/// Blocks up to 1 MiB are kept per thread (64 MiB each), larger ones for all threads (768 MiB); what exceeds that is freed.
/// </summary>
internal static class StoragePool
{
    private const int Buckets = 4 * 42;
    private const long SmallBlock = 1 << 20;
    private const long SmallLimit = 64L << 20;
    private const long LargeLimit = 768L << 20;

    [ThreadStatic] private static Cache? threadCache;
    private static readonly Cache Shared = new();
    private static long liveBytes;

    /// <summary>Bytes of blocks that tensors hold now, on all threads; the free blocks of the pool are not in it.</summary>
    public static long LiveBytes => Interlocked.Read(ref liveBytes);

    public static Storage Rent(long bytes)
    {
        var bucket = BucketOf(bytes, out var capacity);
        Interlocked.Add(ref liveBytes, capacity);
        Storage? found;
        if (capacity <= SmallBlock)
        {
            found = (threadCache ??= new Cache()).Take(bucket);
        }
        else
        {
            lock (Shared)
            {
                found = Shared.Take(bucket);
            }
        }

        return found ?? new Storage(capacity, bucket);
    }

    public static void Return(Storage storage)
    {
        Interlocked.Add(ref liveBytes, -storage.Capacity);
        bool kept;
        if (storage.Capacity <= SmallBlock)
        {
            kept = (threadCache ??= new Cache()).Put(storage, SmallLimit);
        }
        else
        {
            lock (Shared)
            {
                kept = Shared.Put(storage, LargeLimit);
            }
        }

        if (!kept)
        {
            storage.Discard();
        }
    }

    public static void Forget(long capacity) => Interlocked.Add(ref liveBytes, -capacity);

    // Class 4k + q holds blocks of 64·2^k·(1 + q/4) bytes.
    private static int BucketOf(long bytes, out long capacity)
    {
        if (bytes <= 64)
        {
            capacity = 64;
            return 0;
        }

        var octave = BitOperations.Log2((ulong)(bytes - 1)) - 6;
        var floor = 64L << octave;
        var quarter = (int)((bytes - 1 - floor) / (floor / 4)) + 1;
        capacity = floor + (quarter * (floor / 4));
        return (4 * octave) + quarter;
    }

    private sealed class Cache
    {
        private readonly Stack<Storage>?[] free = new Stack<Storage>?[Buckets];
        private long kept;

        public Storage? Take(int bucket)
        {
            var stack = free[bucket];
            if (stack is null || stack.Count == 0) return null;
            var storage = stack.Pop();
            kept -= storage.Capacity;
            return storage;
        }

        public bool Put(Storage storage, long limit)
        {
            if (kept + storage.Capacity > limit) return false;
            (free[storage.Bucket] ??= new Stack<Storage>()).Push(storage);
            kept += storage.Capacity;
            return true;
        }
    }
}
