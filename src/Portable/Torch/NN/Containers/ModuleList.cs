using System.Collections;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A list of modules, named 0, 1, …. It is registered as it stands when it becomes part of a module.</summary>
    public class ModuleList<T> : nn.Module, IList<T>
        where T : nn.Module
    {
        private readonly List<T> _list = [];
        private bool _isRegistered;

        /// <param name="modules">The first modules.</param>
        public ModuleList(params T[] modules)
            : base("ModuleList") => _list.AddRange(modules ?? []);

        /// <inheritdoc/>
        public int Count => _list.Count;

        /// <summary>False.</summary>
        public bool IsReadOnly => false;

        /// <inheritdoc/>
        public T this[int index]
        {
            get => _list[index];
            set => _list[index] = value;
        }

        /// <inheritdoc/>
        public void Add(T item) => _list.Add(item);

        /// <summary>Adds modules at the end.</summary>
        public void append(params T[] parameters) => _list.AddRange(parameters ?? []);

        /// <summary>Adds modules at the end.</summary>
        public void extend(IEnumerable<T> modules) => _list.AddRange(modules);

        /// <inheritdoc/>
        public void Clear() => _list.Clear();

        /// <inheritdoc/>
        public bool Contains(T item) => _list.Contains(item);

        /// <inheritdoc/>
        public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

        /// <inheritdoc/>
        public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

        /// <inheritdoc/>
        public int IndexOf(T item) => _list.IndexOf(item);

        /// <inheritdoc/>
        public void Insert(int index, T item) => _list.Insert(index, item);

        /// <inheritdoc/>
        public bool Remove(T item) => _list.Remove(item);

        /// <inheritdoc/>
        public void RemoveAt(int index) => _list.RemoveAt(index);

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <inheritdoc/>
        protected override void RegisterComponents()
        {
            if (_isRegistered)
            {
                return;
            }
            for (var i = 0; i < _list.Count; i++)
            {
                register_module($"{i}", _list[i]);
            }
            _isRegistered = true;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A list of modules.</summary>
            public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

            /// <summary>A list of modules of one type.</summary>
            public static ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module => new(modules);
        }
    }
}
