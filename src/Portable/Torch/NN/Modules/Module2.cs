namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Something that can be called with 2 arguments.</summary>
        public interface IModule<T1, T2, TResult>
        {
            /// <summary>Runs the module with its hooks.</summary>
            public abstract TResult call(T1 input1, T2 input2);
        }

        /// <summary>A module whose <see cref="forward"/> takes 2 arguments.</summary>
        public abstract class Module<T1, T2, TResult> :
            HookableModule<Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?>, Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult>>, IModule<T1, T2, TResult>
        {
            /// <param name="name">What GetName returns.</param>
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>What the module computes, without its hooks.</summary>
            public abstract TResult forward(T1 input1, T2 input2);

            /// <summary>Runs the module with its hooks: those before may replace the input, those after the result.</summary>
            public TResult call(T1 input1, T2 input2)
            {
                BeforeForward();
                foreach (var hook in pre_hooks.Values)
                {
                    if (hook(this, input1, input2) is { } replacement)
                    {
                        (input1, input2) = replacement;
                    }
                }
                TResult result = forward(input1, input2);
                foreach (var hook in post_hooks.Values)
                {
                    if (hook(this, input1, input2, result) is { } replacement)
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
