using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements, to read and write.</summary>
        /// <exception cref="ArgumentException">T is not the .NET type of the elements.</exception>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            ValidateType(typeof(T));
            return new TensorAccessor<T>(this);
        }

        /// <summary>The one element.</summary>
        /// <exception cref="ArgumentException">There are several elements, or none, or T is not their .NET type.</exception>
        public unsafe T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException($"Number of elements in the tensor must be 1; its shape is {Shapes.Text(Sizes)}.");
            }

            ValidateType(typeof(T));
            var value = *(T*)Data;
            GC.KeepAlive(this);
            return value;
        }

        /// <summary>The one element as a number of its type's category.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There are several elements, or none.</exception>
        public Scalar ToScalar()
        {
            if (NumberOfElements != 1)
            {
                throw DTypes.Error($"A tensor with {ElementCount} elements (shape {Shapes.Text(Sizes)}) cannot be converted to a scalar.");
            }

            return Type switch
            {
                ScalarType.Float32 => Scalar.Real(item<float>()),
                ScalarType.Float64 => Scalar.Real(item<double>()),
                ScalarType.Int64 => Scalar.Integer(item<long>()),
                ScalarType.Int32 => Scalar.Integer(item<int>()),
                ScalarType.Byte => Scalar.Integer(item<byte>()),
                ScalarType.Bool => Scalar.Boolean(item<bool>()),
                _ => throw DTypes.Unsupported(Type),
            };
        }

        /// <summary>The memory of a contiguous tensor, byte by byte. Keep the tensor alive while the span is used.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not contiguous.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                RefuseGaps();
                return new Span<byte>(Data, checked((int)(ElementCount * DTypes.Size(Type))));
            }

            set
            {
                RefuseGaps();
                if (value.Length != ElementCount * DTypes.Size(Type))
                {
                    throw new ArgumentException($"Mismatched data sizes in SetBytes(): {value.Length} bytes for a tensor of {ElementCount * DTypes.Size(Type)}.");
                }

                value.CopyTo(bytes);
                Memory.Version++;
                GC.KeepAlive(this);
            }
        }

        private void RefuseGaps()
        {
            if (!is_contiguous())
            {
                throw new InvalidOperationException($"Bytes() called on non-contiguous tensor of shape {Shapes.Text(Sizes)}; call contiguous() first.");
            }
        }

        private void ValidateType(Type dotnetType)
        {
            var fits = dtype switch
            {
                ScalarType.Float32 => dotnetType == typeof(float),
                ScalarType.Float64 => dotnetType == typeof(double),
                ScalarType.Int64 => dotnetType == typeof(long),
                ScalarType.Int32 => dotnetType == typeof(int),
                ScalarType.Byte => dotnetType == typeof(byte),
                ScalarType.Bool => dotnetType == typeof(bool),
                _ => false,
            };
            if (!fits) throw new ArgumentException($"{dotnetType.Name} is not compatible with {Type}");
        }
    }
}
