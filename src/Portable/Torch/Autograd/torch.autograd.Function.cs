// The package's source of these types has no nullable annotations; callers compile alike against both.
#nullable disable

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>An operation with a gradient of its own. Derive from <see cref="SingleTensorFunction{T}"/> or <see cref="MultiTensorFunction{T}"/>.</summary>
        /// <typeparam name="T">The derived class itself; one shared instance serves all calls.</typeparam>
        public abstract class Function<T>
            where T : Function<T>, new()
        {
            internal static T Instance { get; set; } = new();

            public abstract string Name { get; }

            /// <summary>Calls forward without recording and records the result. Non-tensor arguments are passed on as they are.</summary>
            public static List<Tensor> apply_internal(params object[] vars)
            {
                var function = Instance;
                var isTensor = new bool[vars.Length];
                var inputs = new List<Tensor>();
                for (var i = 0; i < vars.Length; i++)
                {
                    if (vars[i] is Tensor { IsInvalid: false } tensor)
                    {
                        isTensor[i] = true;
                        inputs.Add(tensor);
                    }
                }

                var records = Autograd.Records(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(inputs));
                var context = new AutogradContext();
                List<Tensor> outputs;
                using (no_grad())
                {
                    outputs = function.forward_internal(context, vars);
                }

                // An input returned as it is must not become its own result.
                for (var i = 0; i < outputs.Count; i++)
                {
                    if (outputs[i] is { } output && inputs.Contains(output, ReferenceEqualityComparer.Instance) &&
                        !context.DirtyTensors.Contains(output, ReferenceEqualityComparer.Instance))
                    {
                        outputs[i] = output.Alias(withHistory: false, register: true);
                    }
                }

                foreach (var dirty in context.DirtyTensors)
                {
                    Autograd.CheckInPlace(dirty, function.Name);
                    dirty.Memory.Version++;
                }

                if (!records)
                {
                    context.Dispose();
                    return outputs;
                }

                var described = outputs.Select(o => o is null ? ([], defaultType) : (o.Sizes, o.Type)).ToArray();
                var edges = Autograd.Edges(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(inputs));
                var node = new FunctionNode(function.Name, context, function.backward_internal, edges, isTensor, described);
                for (var i = 0; i < outputs.Count; i++)
                {
                    if (outputs[i] is { } output && DTypes.IsFloat(output.Type) &&
                        !context.NonDifferentiableTensors.Contains(output, ReferenceEqualityComparer.Instance))
                    {
                        Autograd.Connect(output, node, i);
                    }
                }

                context.Save(node);
                return outputs;
            }

            internal abstract List<Tensor> forward_internal(AutogradContext ctx, params object[] vars);

            internal abstract List<Tensor> backward_internal(AutogradContext ctx, List<Tensor> grad_outputs);
        }

        /// <summary>A <see cref="Function{T}"/> with one output.</summary>
        /// <typeparam name="T">The derived class itself.</typeparam>
        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>One gradient per argument of forward; null for arguments that are not tensors or need none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            internal sealed override List<Tensor> forward_internal(AutogradContext ctx, params object[] vars) => [forward(ctx, vars)];

            internal sealed override List<Tensor> backward_internal(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx, grad_outputs[0]);
        }

        /// <summary>A <see cref="Function{T}"/> with several outputs.</summary>
        /// <typeparam name="T">The derived class itself.</typeparam>
        public abstract class MultiTensorFunction<T> : Function<T>
            where T : MultiTensorFunction<T>, new()
        {
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <summary>One gradient per argument of forward; null for arguments that are not tensors or need none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            internal sealed override List<Tensor> forward_internal(AutogradContext ctx, params object[] vars) => forward(ctx, vars);

            internal sealed override List<Tensor> backward_internal(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx, grad_outputs);
        }
    }
}
