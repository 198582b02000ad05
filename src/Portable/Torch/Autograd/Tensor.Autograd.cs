namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        internal AutogradMeta? Meta { get; set; }

        /// <summary>True for a handle on part or another arrangement of somebody else's memory.</summary>
        internal bool IsView { get; set; }

        internal bool RequiresGradient => Meta is { } meta && (meta.RequiresGrad || meta.Function is not null);

        public bool is_leaf => Memory is not null && Meta?.Function is null;

        /// <summary>Whether gradients are computed for this tensor. Can be set on leaves of floating-point type only.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor is no leaf, or its elements are not floating-point numbers.</exception>
        public bool requires_grad
        {
            get => Memory is not null && RequiresGradient;
            set
            {
                _ = Memory;
                if (Meta?.Function is not null)
                {
                    if (value) return;
                    throw DTypes.Error("requires_grad can be changed on leaf tensors only; use detach() for a copy without history.");
                }

                if (value && !DTypes.IsFloat(Type))
                {
                    throw DTypes.Error($"Only floating-point tensors can require gradients; this one holds {Type}.");
                }

                if (value)
                {
                    (Meta ??= new AutogradMeta()).RequiresGrad = true;
                }
                else if (Meta is not null)
                {
                    Meta.RequiresGrad = false;
                }
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>The accumulated gradient, a new handle at each call; null before the first backward.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The gradient set is not of this tensor's shape and type.</exception>
        public Tensor? grad
        {
            get
            {
                _ = Memory;
                return Meta?.Gradient?.Alias(withHistory: false, register: true);
            }

            set
            {
                _ = Memory;
                if (value is not null && (!Shapes.Same(value.Sizes, Sizes) || value.Type != Type))
                {
                    throw DTypes.Error(
                        $"A gradient of shape {Shapes.Text(value.Sizes)} and type {value.Type} was set on a tensor of shape {Shapes.Text(Sizes)} and type {Type}; both must agree.");
                }

                if (value is null && Meta is null) return;
                Meta ??= new AutogradMeta();
                var previous = Meta.Gradient;
                Meta.Gradient = value?.Alias(withHistory: false, register: false);
                previous?.Dispose();
            }
        }

        /// <summary>Keeps the gradient of a non-leaf in <see cref="grad"/> at the next backward.</summary>
        public void retain_grad()
        {
            if (!requires_grad) throw DTypes.Error("retain_grad() is for tensors that require a gradient.");
            if (Meta!.Function is not { } function || Meta.RetainsGradient) return;
            Meta.RetainsGradient = true;
            (function.Retained ??= []).Add((Meta.Output, Meta));
        }

        /// <summary>Adds to the leaves' grad the derivative of this one-element tensor.</summary>
        public void backward() => GradientEngine.Accumulate([this], null, retainGraph: false, targets: null);

        /// <summary>Adds to the leaves' grad the derivative of Σ grad·this.</summary>
        /// <param name="grad_tensors">One tensor, of this tensor's shape; may be left out when this has one element.</param>
        /// <param name="retain_graph">Keeps what the graph saved, so that backward can run again.</param>
        /// <param name="create_graph">Not in this build.</param>
        /// <param name="inputs">The tensors to whose grad to add; null for all leaves.</param>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>A view of the same memory without history.</summary>
        public Tensor detach()
        {
            var result = Alias(withHistory: false, register: true);
            result.IsView = IsView;
            return result;
        }

        /// <summary>Cuts this tensor off from its history.</summary>
        public Tensor detach_()
        {
            var memory = Memory;
            GC.KeepAlive(memory);
            Meta?.SetFunction(null, 0);
            if (Meta is not null) Meta.RequiresGrad = false;
            return this;
        }

        /// <summary>The result of an operation, as a handle in no scope and no statistics.</summary>
        internal Tensor Unregistered(Func<Tensor, Tensor> operation) => Unregister(operation(this));

        /// <inheritdoc cref="Unregistered(Func{Tensor, Tensor})"/>
        internal Tensor Unregistered(Tensor other, Func<Tensor, Tensor, Tensor> operation) => Unregister(operation(this, other));

        /// <summary>The handle becomes one of the engine's own.</summary>
        internal void LeaveStatistics() => IsRegistered = false;

        private static Tensor Unregister(Tensor result)
        {
            OutOfScope(result);
            result.IsRegistered = false;
            return result;
        }

        private static void OutOfScope(Tensor tensor) => tensor.OwningDisposeScope?.Remove(tensor);
    }
}
