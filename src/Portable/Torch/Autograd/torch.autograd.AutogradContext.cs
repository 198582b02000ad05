// The package's source of these types has no nullable annotations; callers compile alike against both.
#nullable disable

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What one application of a <see cref="Function{T}"/> keeps between forward and backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];
            private List<Tensor> toSave = [];
            private Tensor[] saved;
            private int[] versions = [];

            internal AutogradContext()
            {
            }

            /// <summary>Whether outputs that nothing depends on get a zero gradient (default) or null.</summary>
            public bool MaterializeGrads { get; private set; } = true;

            internal List<Tensor> DirtyTensors { get; private set; } = [];

            internal List<Tensor> NonDifferentiableTensors { get; private set; } = [];

            internal bool IsFreed { get; private set; }

            /// <summary>Keeps inputs or outputs for backward. Null entries are allowed and come back as null.</summary>
            public void save_for_backward(List<Tensor> tensors) => toSave = tensors;

            /// <summary>Keeps anything that is not a tensor.</summary>
            public void save_data(string key, object value) => data[key] = value;

            /// <summary>What was kept under the key, or null.</summary>
            public object get_data(string key) => data.GetValueOrDefault(key);

            /// <summary>Inputs that forward changed in place.</summary>
            public void mark_dirty(List<Tensor> tensors) => DirtyTensors = [.. tensors];

            /// <summary>Outputs that get no gradient.</summary>
            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiableTensors = [.. tensors];

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            /// <summary>New handles on the saved tensors, in the current dispose scope.</summary>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">One was changed in place since, or the graph was freed.</exception>
            public List<Tensor> get_saved_variables()
            {
                if (IsFreed) throw DTypes.Error("The saved tensors were freed by an earlier backward; pass retain_graph: true to it.");
                var variables = new List<Tensor>();
                for (var i = 0; i < (saved?.Length ?? 0); i++)
                {
                    var tensor = saved[i];
                    if (tensor is not null && tensor.Memory.Version != versions[i])
                    {
                        throw DTypes.Error($"Saved tensor {i} of shape {Shapes.Text(tensor.Sizes)} has been changed by an in-place operation.");
                    }

                    variables.Add(tensor?.Alias(withHistory: true, register: true));
                }

                return variables;
            }

            /// <summary>Takes hold of the tensors to save; outputs of the function itself without their history, which would keep them alive for ever.</summary>
            internal void Save(Node node)
            {
                saved = new Tensor[toSave.Count];
                versions = new int[saved.Length];
                for (var i = 0; i < saved.Length; i++)
                {
                    if (toSave[i] is not { IsInvalid: false } tensor) continue;
                    saved[i] = tensor.Alias(withHistory: tensor.Meta?.Function != node, register: false);
                    versions[i] = tensor.Memory.Version;
                }

                toSave = [];
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                IsFreed = true;
                foreach (var tensor in saved ?? [])
                {
                    tensor?.Dispose();
                }

                saved = null;
            }
        }
    }
}
