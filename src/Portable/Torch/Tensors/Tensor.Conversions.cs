namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The tensor with another element type. Of the same type and without copy, another handle on the same variable.</summary>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            Tensor result;
            if (type == Type && !copy)
            {
                result = Alias(withHistory: true, register: true);
            }
            else
            {
                result = AllocateLike(type);
                Conversion.Copy(this, result);
                Autograd.Record(result, "ToType", [this], [], static (_, g) => [g]);
            }

            if (disposeAfter) Dispose();
            return result;
        }

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor type(ScalarType dtype) => to_type(dtype);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            InitializeDevice(device);
            return to_type(type, copy, disposeAfter, non_blocking);
        }

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            InitializeDeviceType(deviceType);
            return to_type(Type, copy, disposeAfter, non_blocking);
        }

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(device.type, device.index, copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => to_type(other.dtype);

        public Tensor cpu() => Alias(withHistory: true, register: true);

        /// <exception cref="InvalidOperationException">Always: there is no CUDA device in this build.</exception>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? new Device(DeviceType.CUDA));

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        /// <summary>Another handle on the same variable.</summary>
        public Tensor alias() => Alias(withHistory: true, register: true);

        /// <summary>A contiguous copy.</summary>
        public Tensor clone()
        {
            var result = AllocateLike(dtype);
            Conversion.Copy(this, result);
            return Autograd.Record(result, "Clone", [this], [], static (_, g) => [g]);
        }

        /// <summary>The same elements in row-major order: another handle if they are already, else a copy.</summary>
        public Tensor contiguous() => is_contiguous() ? Alias(withHistory: true, register: true) : clone();

        /// <summary>Makes this a handle on the source's memory.</summary>
        public Tensor set_(Tensor source)
        {
            Autograd.CheckInPlace(this, "set_", source);
            PointTo(source);
            return this;
        }

        /// <summary>A contiguous copy of another element type in no scope, without history.</summary>
        internal Tensor ConvertedTo(ScalarType type)
        {
            var result = Allocate(Sizes, type, register: false);
            Conversion.Copy(this, result);
            return result;
        }

        /// <summary>This tensor if it is contiguous, else a contiguous copy in no scope, without history: for kernels. Pair it with <see cref="DisposeUnless"/>.</summary>
        internal Tensor Packed() => IsContiguousLayout ? this : ConvertedTo(Type);

        /// <summary>Disposes a temporary unless it is the tensor that it was made from.</summary>
        internal void DisposeUnless(Tensor original)
        {
            if (!ReferenceEquals(this, original)) Dispose();
        }

        public static implicit operator Tensor(byte value) => tensor(value);

        public static implicit operator Tensor(int value) => tensor(value);

        public static implicit operator Tensor(long value) => tensor(value);

        public static implicit operator Tensor(float value) => tensor(value);

        public static implicit operator Tensor(double value) => tensor(value);

        public static implicit operator Tensor(bool value) => tensor(value);

        public static implicit operator Tensor(byte[] value) => tensor(value);

        public static implicit operator Tensor(int[] value) => tensor(value);

        public static implicit operator Tensor(long[] value) => tensor(value);

        public static implicit operator Tensor(float[] value) => tensor(value);

        public static implicit operator Tensor(double[] value) => tensor(value);

        public static implicit operator Tensor(bool[] value) => tensor(value);

        public static implicit operator Tensor(Scalar scalar) => Filled([], scalar, scalar.Type, null, false);

        public static explicit operator float(Tensor value) => value.ToSingle();

        public static explicit operator double(Tensor value) => value.ToDouble();

        public static explicit operator byte(Tensor value) => value.ToByte();

        public static explicit operator int(Tensor value) => value.ToInt32();

        public static explicit operator long(Tensor value) => value.ToInt64();

        public static explicit operator bool(Tensor value) => value.ToBoolean();
    }
}
