using System.Buffers.Binary;

namespace Mesh.Server.Transport.Peeking;

/// <summary>Takes fields off the front of a TLS structure (RFC 8446 3); never reads beyond it, and never throws.</summary>
internal ref struct HelloFields(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public bool TryTake(int length, out ReadOnlySpan<byte> taken)
    {
        if (_rest.Length < length)
        {
            taken = default;
            return false;
        }

        taken = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    public bool TryTakeByte(out byte value)
    {
        var isThere = TryTake(sizeof(byte), out var taken);
        value = isThere ? taken[0] : default;
        return isThere;
    }

    public bool TryTakeUInt16(out ushort value)
    {
        var isThere = TryTake(sizeof(ushort), out var taken);
        value = isThere ? BinaryPrimitives.ReadUInt16BigEndian(taken) : default;
        return isThere;
    }

    /// <summary>A vector whose length stands before it in one byte.</summary>
    public bool TryTakeShortVector(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryTakeByte(out var length) && TryTake(length, out vector);
    }

    /// <summary>A vector whose length stands before it in two bytes.</summary>
    public bool TryTakeVector(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryTakeUInt16(out var length) && TryTake(length, out vector);
    }
}
