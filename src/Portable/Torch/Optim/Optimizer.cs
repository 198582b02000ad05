using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Optimisers and learning-rate schedules.</summary>
    public static partial class optim
    {
        /// <summary>Changes parameters by their gradients.</summary>
        public abstract partial class Optimizer : IDisposable
        {
            /// <summary>The groups of parameters with their options.</summary>
            protected IList<ParamGroup> _parameter_groups = [];

            private protected Optimizer()
            {
            }

            ~Optimizer() => Dispose(false);

            /// <summary>The groups, to look at and set their learning rates.</summary>
            public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

            /// <summary>Frees the state; the parameters stay.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <inheritdoc cref="Dispose()"/>
            protected virtual void Dispose(bool disposing)
            {
            }

            /// <summary>Sets all gradients to zero.</summary>
            public abstract void zero_grad();

            /// <summary>Adds a group of parameters.</summary>
            public abstract void add_param_group(ParamGroup param_group);

            /// <summary>One step.</summary>
            /// <param name="closure">Computes the loss and its gradients first, when given.</param>
            /// <returns>What the closure returned, or null.</returns>
            public abstract Tensor? step(Func<Tensor>? closure = null);

            /// <summary>The parameters of all groups.</summary>
            public abstract IEnumerable<Parameter> parameters();

            /// <summary>Options of the groups and state of the parameters, in their order: the live objects, not copies.</summary>
            public class StateDictionary
            {
                internal StateDictionary()
                {
                }

                /// <summary>One per group.</summary>
                public List<OptimizerOptions> Options { get; private set; } = [];

                /// <summary>One per parameter.</summary>
                public List<OptimizerState> State { get; private set; } = [];

                /// <summary>For each group the places of its parameters in <see cref="State"/>.</summary>
                public List<List<int>> StateIndexRef { get; private set; } = [];
            }
        }

        /// <summary>What a schedule sees of a group.</summary>
        public interface ILearningRateController
        {
            /// <summary>The present learning rate.</summary>
            double LearningRate { get; set; }

            /// <summary>The first learning rate.</summary>
            double InitialLearningRate { get; set; }
        }

        /// <summary>Has a momentum.</summary>
        public interface IMomentum
        {
            /// <summary>The momentum.</summary>
            double Momentum { get; set; }
        }

        /// <summary>Has decay rates of first and second moments.</summary>
        public interface IBetas
        {
            /// <summary>The decay rates.</summary>
            (double, double) Betas { get; set; }
        }
    }
}
