using System.Collections;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A list of parameters, named 0, 1, ….</summary>
    public class ParameterList : nn.Module, IList<Parameter>
    {
        private readonly List<Parameter> _list = [];
        private bool _isRegistered;

        /// <param name="parameters">The first parameters.</param>
        public ParameterList(params Parameter[] parameters)
            : base(nameof(ParameterList)) => _list.AddRange(parameters ?? []);

        /// <inheritdoc/>
        public int Count => _list.Count;

        /// <summary>False.</summary>
        public bool IsReadOnly => false;

        /// <inheritdoc/>
        public Parameter this[int index]
        {
            get => _list[index];
            set => _list[index] = value;
        }

        /// <inheritdoc/>
        public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => _list.Select((p, i) => ($"{i}", p));

        /// <inheritdoc/>
        public override bool has_parameter(string target) => get_parameter(target) is not null;

        /// <inheritdoc/>
        public override Parameter? get_parameter(string target) =>
            int.TryParse(target, out var index) && index >= 0 && index < _list.Count ? _list[index] : null;

        /// <inheritdoc/>
        public void Add(Parameter item) => _list.Add(item);

        /// <summary>Adds parameters at the end.</summary>
        public void extend(IEnumerable<Parameter> parameters) => _list.AddRange(parameters);

        /// <summary>Adds parameters at the end.</summary>
        public void append(params Parameter[] parameters) => _list.AddRange(parameters ?? []);

        /// <inheritdoc/>
        public void Clear() => _list.Clear();

        /// <inheritdoc/>
        public bool Contains(Parameter item) => IndexOf(item) >= 0;

        /// <inheritdoc/>
        public void CopyTo(Parameter[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

        /// <inheritdoc/>
        public IEnumerator<Parameter> GetEnumerator() => _list.GetEnumerator();

        /// <inheritdoc/>
        public int IndexOf(Parameter item) => _list.FindIndex(other => ReferenceEquals(other, item));

        /// <inheritdoc/>
        public void Insert(int index, Parameter item) => _list.Insert(index, item);

        /// <inheritdoc/>
        public bool Remove(Parameter item)
        {
            var index = IndexOf(item);
            if (index >= 0)
            {
                _list.RemoveAt(index);
            }
            return index >= 0;
        }

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
                register_parameter($"{i}", _list[i]);
            }
            _isRegistered = true;
        }

        /// <inheritdoc/>
        protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
        {
            for (var i = 0; i < _list.Count; i++)
            {
                var old = _list[i];
                if (ReplaceParameter(dtype, device, old, out var replacement))
                {
                    _list[i] = replacement!;
                    ConditionallyRegisterParameter($"{i}", replacement);
                    old.Dispose();
                }
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A list of parameters.</summary>
            public static ParameterList ParameterList(params Parameter[] parameters) => new(parameters);
        }
    }
}
