using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Modules one after the other. What passes between two of them is disposed as soon as the next has used it.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        private readonly List<(string Name, nn.IModule<Tensor, Tensor> Module)> _modules = [];

        internal Sequential()
            : base(nameof(Sequential))
        {
        }

        /// <summary>Named modules.</summary>
        protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules)
            : this()
        {
            foreach (var (key, module) in modules)
            {
                Add(key, module);
            }
        }

        /// <summary>Modules named 0, 1, ….</summary>
        protected Sequential(params nn.Module<Tensor, Tensor>[] modules)
            : this()
        {
            foreach (var module in modules)
            {
                append(module);
            }
        }

        /// <summary>The number of modules.</summary>
        public int Count => _modules.Count;

        /// <summary>The module at a place.</summary>
        [IndexerName("SequentialItems")]
        public nn.IModule<Tensor, Tensor> this[int index] => _modules[index].Module;

        /// <summary>The modules start … end − 1 in a Sequential of their own; they are shared.</summary>
        [IndexerName("SequentialItems")]
        public Sequential this[(int? start, int? end) index]
        {
            get
            {
                var (start, end) = (index.start ?? 0, index.end ?? Count);
                if ((uint)start > (uint)Count || (uint)end > (uint)Count)
                {
                    throw new IndexOutOfRangeException($"Modules {start} to {end} are outside this Sequential of {Count}.");
                }
                var result = new Sequential();
                for (var i = start; i < end; i++)
                {
                    result.Add(_modules[i].Name, _modules[i].Module);
                }
                return result;
            }
        }

        /// <summary>The modules of a range in a Sequential of their own; they are shared.</summary>
        [IndexerName("SequentialItems")]
        public Sequential this[Range index] => this[(index.Start.GetOffset(Count), index.End.GetOffset(Count))];

        /// <summary>Adds a module at the end.</summary>
        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            Add(name, module);
            return this;
        }

        /// <summary>Adds a module at the end, named by its place.</summary>
        public Sequential append(nn.IModule<Tensor, Tensor> module) => append($"{Count}", module);

        /// <inheritdoc/>
        public override Tensor forward(Tensor tensor)
        {
            if (Count == 0)
            {
                return tensor.alias();
            }
            var result = _modules[0].Module.call(tensor);
            for (var i = 1; i < Count; i++)
            {
                var next = _modules[i].Module.call(result);
                result.Dispose();
                result = next;
            }
            return result;
        }

        internal void Add(string name, nn.IModule<Tensor, Tensor> module)
        {
            register_module(name, (nn.Module)module);
            _modules.Add((name, module));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>An empty sequence.</summary>
            public static Sequential Sequential() => new();

            /// <summary>Named modules one after the other.</summary>
            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
                Sequential((IEnumerable<(string, Module<Tensor, Tensor>)>)modules);

            /// <summary>Modules one after the other, named 0, 1, ….</summary>
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => Sequential((IEnumerable<Module<Tensor, Tensor>>)modules);

            /// <summary>Named modules one after the other.</summary>
            public static Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) =>
                Sequential((IEnumerable<Tuple<string, Module<Tensor, Tensor>>>)modules);

            /// <summary>Named modules one after the other.</summary>
            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
            {
                var result = Sequential();
                foreach (var (key, module) in modules)
                {
                    result.Add(key, module);
                }
                return result;
            }

            /// <summary>Named modules one after the other.</summary>
            public static Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules) =>
                Sequential(modules.Select(pair => (pair.Item1, pair.Item2)));

            /// <summary>Modules one after the other, named 0, 1, ….</summary>
            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) =>
                Sequential(modules.Select((module, i) => ($"{i}", module)));
        }
    }
}
