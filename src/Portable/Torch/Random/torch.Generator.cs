using System.Buffers.Binary;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A source of random numbers: <see cref="Philox"/> with a seed and a counter that every draw moves on. The same seed gives the same
    /// numbers on any number of threads. The numbers are not libtorch's.
    /// </summary>
    public class Generator : IDisposable
    {
        private readonly object gate = new();
        private ulong key;
        private ulong counter;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = InitializeDevice(device);
            key = seed;
        }

        /// <summary>The generator of functions that are given none.</summary>
        public static Generator Default { get; } = new(unchecked((ulong)DateTime.UtcNow.Ticks));

        public Device device { get; }

        /// <summary>Starts again from a seed.</summary>
        public Generator manual_seed(long seed)
        {
            lock (gate)
            {
                key = unchecked((ulong)seed);
                counter = 0;
            }

            return this;
        }

        /// <summary>Starts again from a seed taken from the clock, which is returned.</summary>
        public long seed()
        {
            var fresh = DateTime.UtcNow.Ticks;
            manual_seed(fresh);
            return fresh;
        }

        public long initial_seed() => unchecked((long)key);

        /// <summary>Seed and counter as 16 bytes.</summary>
        public Tensor get_state()
        {
            var state = Tensor.Allocate([16], ScalarType.Byte);
            var bytes = state.bytes;
            lock (gate)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, key);
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], counter);
            }

            return state;
        }

        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor is not a state of this generator.</exception>
        public void set_state(Tensor value)
        {
            if (value.dtype != ScalarType.Byte || value.ElementCount != 16)
            {
                throw DTypes.Error($"A generator state is 16 bytes from get_state(); got {value.ElementCount} elements of {value.dtype}.");
            }

            var bytes = value.data<byte>().ToArray();
            lock (gate)
            {
                key = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                counter = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan()[8..]);
            }
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Nothing to release; there because the package has it.</summary>
        protected virtual void Dispose(bool disposing)
        {
        }

        /// <summary>Takes the next blocks of numbers: the seed, and the counter of the first.</summary>
        internal (ulong Seed, ulong First) Take(long blocks)
        {
            lock (gate)
            {
                var first = counter;
                counter += (ulong)blocks;
                return (key, first);
            }
        }
    }

    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static long seed() => random.seed();

    public static long initial_seed() => random.initial_seed();

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    /// <summary>The default generator.</summary>
    public static partial class random
    {
        public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

        public static long seed() => Generator.Default.seed();

        public static long initial_seed() => Generator.Default.initial_seed();

        public static Tensor get_rng_state() => Generator.Default.get_state();

        public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);
    }
}
