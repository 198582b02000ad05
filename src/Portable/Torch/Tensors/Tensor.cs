namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A strided n-dimensional array on the CPU with reverse-mode differentiation: TorchSharp's Tensor, for the operations that this project uses.
    /// Element (i₀, …) lies at offset + Σ iₖ·strideₖ of a <see cref="Storage"/> that views share.
    /// </summary>
    /// <remarks>
    /// A Tensor object is a handle. Disposing it releases the handle's share of the memory; what autograd needs for backward
    /// stays alive in the graph. The handle belongs to the dispose scope that was open when it was made.
    /// Operations report wrong arguments as <see cref="System.Runtime.InteropServices.ExternalException"/>, as libtorch's errors surface in the package.
    /// </remarks>
    public partial class Tensor : IDisposable
    {
        private Storage? storage;
        private long[] sizes;
        private long[] strides;

        /// <summary>A handle that takes over one reference to the storage. Unregistered ones, of the graph and of kernels, belong to no scope.</summary>
        internal Tensor(Storage storage, long offset, long[] sizes, long[] strides, long count, bool contiguous, ScalarType type, bool register = true)
        {
            this.storage = storage;
            Offset = offset;
            this.sizes = sizes;
            this.strides = strides;
            ElementCount = count;
            IsContiguousLayout = contiguous;
            Type = type;
            IsRegistered = register;
            if (register)
            {
                DisposeScopeManager.ThreadSingleton.Register(this);
            }
        }

        /// <summary>Takes the memory, the place in the dispose scope and the history out of another handle, which is left disposed.</summary>
        internal Tensor(Tensor source)
        {
            storage = source.Memory;
            Offset = source.Offset;
            sizes = source.sizes;
            strides = source.strides;
            ElementCount = source.ElementCount;
            IsContiguousLayout = source.IsContiguousLayout;
            Type = source.Type;
            IsRegistered = source.IsRegistered;
            IsView = source.IsView;
            Meta = source.Meta;
            name = source.name;
            source.storage = null;
            source.Meta = null;
            var scope = source.OwningDisposeScope;
            if (scope is not null)
            {
                scope.Remove(source);
                scope.Add(this);
            }
        }

        public string? name { get; set; }

        public bool IsInvalid => storage is null;

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal int PlaceInScope { get; set; }

        /// <summary>False for handles that no user sees: they are in no statistics.</summary>
        internal bool IsRegistered { get; private set; }

        /// <summary>The shared block.</summary>
        /// <exception cref="InvalidOperationException">The handle was disposed.</exception>
        internal Storage Memory => storage ?? throw Disposed();

        /// <summary>The sizes, not copied: never write to them.</summary>
        internal long[] Sizes => storage is null ? throw Disposed() : sizes;

        /// <summary>The strides in elements, not copied: never write to them.</summary>
        internal long[] Strides => strides;

        /// <summary>Of the first element, in elements of the storage.</summary>
        internal long Offset { get; private set; }

        internal long ElementCount { get; private set; }

        internal int Rank => sizes.Length;

        internal bool IsContiguousLayout { get; private set; }

        /// <summary>The element type; <see cref="dtype"/> checks that the handle is valid.</summary>
        internal ScalarType Type { get; }

        /// <summary>Address of the first element. End the work on it with GC.KeepAlive(tensor).</summary>
        internal unsafe void* Data => Memory.Pointer + (Offset * DTypes.Size(Type));

        /// <summary>The elements of a contiguous tensor. End the work on it with GC.KeepAlive(tensor).</summary>
        internal unsafe Span<T> Span<T>() where T : unmanaged => new((T*)Data, checked((int)ElementCount));

        /// <summary>New contiguous memory with unset values.</summary>
        internal static Tensor Allocate(long[] sizes, ScalarType type, bool register = true)
        {
            var count = Shapes.Count(sizes);
            return new Tensor(
                Storage.Allocate(count * DTypes.Size(type)), 0, sizes, Shapes.ContiguousStrides(sizes), count, true, type, register);
        }

        /// <summary>New contiguous memory with unset values, of this tensor's shape.</summary>
        internal Tensor AllocateLike(ScalarType type)
        {
            var memory = Storage.Allocate(ElementCount * DTypes.Size(type));
            return new Tensor(memory, 0, sizes, IsContiguousLayout ? strides : Shapes.ContiguousStrides(sizes), ElementCount, true, type);
        }

        /// <summary>Another handle on the same memory with other sizes and strides, without history.</summary>
        internal Tensor ViewOf(long[] newSizes, long[] newStrides, long newOffset, bool register = true)
        {
            var memory = Memory;
            memory.Retain();
            return new Tensor(
                memory, newOffset, newSizes, newStrides, Shapes.Count(newSizes), Shapes.IsContiguous(newSizes, newStrides), Type, register)
            {
                IsView = true,
            };
        }

        /// <summary>Another handle on the same elements; with history it is the same variable.</summary>
        internal Tensor Alias(bool withHistory, bool register)
        {
            var memory = Memory;
            memory.Retain();
            var alias = new Tensor(memory, Offset, sizes, strides, ElementCount, IsContiguousLayout, Type, register) { IsView = IsView };
            if (withHistory && Meta is not null)
            {
                Meta.Retain();
                alias.Meta = Meta;
            }

            return alias;
        }

        /// <summary>Changes sizes and strides of this handle in place.</summary>
        internal void Reshape(long[] newSizes, long[] newStrides)
        {
            sizes = newSizes;
            strides = newStrides;
            IsContiguousLayout = Shapes.IsContiguous(newSizes, newStrides);
        }

        /// <summary>Makes this handle a handle on the other's memory.</summary>
        internal void PointTo(Tensor source)
        {
            var memory = source.Memory;
            memory.Retain();
            Memory.Release();
            storage = memory;
            Offset = source.Offset;
            sizes = source.sizes;
            strides = source.strides;
            ElementCount = source.ElementCount;
            IsContiguousLayout = source.IsContiguousLayout;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (storage is null) return;
            if (IsRegistered)
            {
                DisposeScopeManager.ThreadSingleton.CountDisposal(this);
            }

            OwningDisposeScope?.Remove(this);
            ReleaseHandle();
        }

        /// <summary>Disposal by the scope that owns the tensor, which clears its own list.</summary>
        internal void DisposeInScope()
        {
            DisposeScopeManager.ThreadSingleton.CountDisposal(this);
            OwningDisposeScope = null;
            ReleaseHandle();
        }

        private static InvalidOperationException Disposed() => new(
            "Tensor invalid -- empty handle: it was disposed, perhaps with its dispose scope; keep it with MoveToOuterDisposeScope or DetachFromDisposeScope.");

        private void ReleaseHandle()
        {
            var memory = storage;
            storage = null;
            memory?.Release();
            var meta = Meta;
            Meta = null;
            meta?.Release();
        }

        /// <summary>Hands the tensor to the scope around its own; with none around, it is detached.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of all scopes: it lives until it is disposed.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null)
            {
                other?.Attach(this);
            }
            else
            {
                OwningDisposeScope.MoveToOther(other, this);
            }

            return this;
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
