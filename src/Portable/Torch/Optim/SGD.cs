using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Gradient descent, with momentum if asked for.</summary>
    public class SGD : OptimizerHelper, IMomentum
    {
        /// <summary>One group of parameters.</summary>
        public SGD(
            IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        /// <summary>Several groups; what they leave open is taken from the other arguments.</summary>
        /// <exception cref="ArgumentException">A setting is out of range.</exception>
        public SGD(
            IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false,
            bool maximize = false)
        {
            if (!(lr >= 0) || !(momentum >= 0) || !(weight_decay >= 0) || (nesterov && (momentum == 0 || dampening != 0)))
            {
                throw new ArgumentException(
                    "SGD needs lr, momentum and weight_decay of at least 0, and for Nesterov a momentum and no dampening; "
                    + $"got lr {lr}, momentum {momentum}, weight_decay {weight_decay}, dampening {dampening}, nesterov {nesterov}.");
            }
            _defaults = new Options
            {
                LearningRate = lr, InitialLearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov,
                maximize = maximize,
            };
            foreach (var group in parameters)
            {
                add_param_group(group);
            }
        }

        /// <summary>The momentum of the defaults.</summary>
        public double Momentum
        {
            get => ((Options)_defaults!).momentum!.Value;
            set => ((Options)_defaults!).momentum = value;
        }

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(
            group => UpdateParameters<State>(
                group,
                (parameter, gradient, state) =>
                {
                    var options = group.Options;
                    var isFirst = state.momentum_buffer is null;
                    if (options.momentum != 0)
                    {
                        state.momentum_buffer ??= zeros_like(parameter).DetachFromDisposeScope();
                    }
                    new SgdKernel(
                        options.LearningRate!.Value, options.momentum!.Value, options.dampening!.Value, options.weight_decay!.Value, options.nesterov!.Value,
                        options.maximize!.Value, isFirst).Run(parameter, gradient, options.momentum != 0 ? state.momentum_buffer : null);
                }),
            closure);

        /// <inheritdoc/>
        public override void add_param_group(Modules.ParamGroup param_group) =>
            AddGroup<Options>(param_group, parameter => new State(parameter));

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            DisposeState(disposing);
            base.Dispose(disposing);
        }

        /// <summary>The momentum of one parameter.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>The decaying sum of gradients; null before the first step with momentum.</summary>
            public Tensor? momentum_buffer;

            /// <param name="parameter">The parameter.</param>
            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <summary>Frees the buffer.</summary>
            public void Dispose() => momentum_buffer?.Dispose();

            /// <inheritdoc/>
            public override void to(Device device)
            {
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader) => LoadConditionalStateTensor(reader, ref momentum_buffer, _parameter.device);

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer) => SaveConditionalStateTensor(writer, momentum_buffer);

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                momentum_buffer?.Dispose();
                momentum_buffer = other.momentum_buffer is null ? null : Copied(other.momentum_buffer);
            }

            /// <inheritdoc/>
            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state
                && (momentum_buffer is null || (state.momentum_buffer is not null && momentum_buffer.allclose(state.momentum_buffer)));

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                momentum_buffer?.Dispose();
                momentum_buffer = null;
            }
        }

        /// <summary>The settings of a group; null: the optimiser's.</summary>
        public class Options : OptimizerOptions
        {
            /// <summary>The share of the buffer that is kept.</summary>
            public double? momentum;

            /// <summary>The share of the gradient that is left out of the buffer.</summary>
            public double? dampening;

            /// <summary>The weight decay.</summary>
            public double? weight_decay;

            /// <summary>Whether the step looks ahead.</summary>
            public bool? nesterov;

            /// <summary>Whether steps go uphill.</summary>
            public bool? maximize;

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                momentum = reader.ReadDouble();
                dampening = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                nesterov = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                (momentum, dampening, weight_decay) = (other.momentum, other.dampening, other.weight_decay);
                (nesterov, maximize) = (other.nesterov, other.maximize);
            }

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(momentum!.Value);
                writer.Write(dampening!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(nesterov!.Value);
                writer.Write(maximize!.Value);
            }

            internal override void FillFrom(OptimizerOptions defaults)
            {
                base.FillFrom(defaults);
                var other = (Options)defaults;
                momentum ??= other.momentum;
                dampening ??= other.dampening;
                weight_decay ??= other.weight_decay;
                nesterov ??= other.nesterov;
                maximize ??= other.maximize;
            }
        }

        /// <summary>Parameters that share their settings.</summary>
        public class ParamGroup : ParamGroup<Options>, IMomentum
        {
            /// <summary>Without parameters yet.</summary>
            public ParamGroup()
            {
            }

            /// <inheritdoc/>
            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            /// <summary>Parameters with all settings.</summary>
            public ParamGroup(
                IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
                bool nesterov = false, bool maximize = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize,
                    })
            {
            }

            /// <summary>The momentum.</summary>
            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Gradient descent.</summary>
            public static SGD SGD(
                IEnumerable<Parameter> parameters, double learningRate, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
                bool nesterov = false, bool maximize = false) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <summary>Gradient descent.</summary>
            public static SGD SGD(
                IEnumerable<(string name, Parameter parameter)> parameters, double learningRate, double momentum = 0.0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters.Select(pair => pair.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <summary>Gradient descent.</summary>
            public static SGD SGD(
                IEnumerable<Modules.SGD.ParamGroup> parameters, double learningRate, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
                bool nesterov = false, bool maximize = false) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
