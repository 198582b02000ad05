namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Something that can be called with 1 argument.</summary>
        public interface IModule<T, TResult>
        {
            /// <summary>Runs the module with its hooks.</summary>
            public abstract TResult call(T input1);
        }

        /// <summary>A module whose <see cref="forward"/> takes 1 argument.</summary>
        public abstract class Module<T, TResult> :
            HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            /// <param name="name">What GetName returns.</param>
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>What the module computes, without its hooks.</summary>
            public abstract TResult forward(T input);

            /// <summary>Runs the module with its hooks: those before may replace the input, those after the result.</summary>
            public TResult call(T input)
            {
                BeforeForward();
                foreach (var hook in pre_hooks.Values)
                {
                    if (hook(this, input) is { } replacement)
                    {
                        input = replacement;
                    }
                }
                TResult result = forward(input);
                foreach (var hook in post_hooks.Values)
                {
                    if (hook(this, input, result) is { } replacement)
                    {
                        result = replacement;
                    }
                }
                AfterForward();
                return result;
            }
        }
    }
}
