using System.Text;

namespace Mesh.Config.Schema.OpenApi;

/// <summary>Writes protobuf messages without knowing their length beforehand: the length is put in when a message ends.</summary>
internal sealed class MessageWriter
{
    private const int LengthDelimited = 2;

    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    public void Text(int field, string value)
    {
        Tag(field, LengthDelimited);
        var size = Encoding.UTF8.GetByteCount(value);
        Varint((uint)size);
        _length += Encoding.UTF8.GetBytes(value, Room(size));
    }

    public void Flag(int field)
    {
        Tag(field, 0);
        Varint(1);
    }

    /// <summary>Begins a message in a field; what follows is in it until <see cref="End"/>.</summary>
    /// <returns>For <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Tag(field, LengthDelimited);
        return _length;
    }

    public void End(int start)
    {
        var size = _length - start;
        var prefix = VarintSize((uint)size);
        Room(prefix);
        _bytes.AsSpan(start, size).CopyTo(_bytes.AsSpan(start + prefix));
        _length = start;
        Varint((uint)size);
        _length += size;
    }

    private void Tag(int field, int wireType) => Varint((uint)((field << 3) | wireType));

    private void Varint(uint value)
    {
        var room = Room(5);
        var at = 0;
        for (; value > 0x7F; value >>= 7)
        {
            room[at++] = (byte)(value | 0x80);
        }

        room[at++] = (byte)value;
        _length += at;
    }

    private static int VarintSize(uint value)
    {
        var size = 1;
        for (; value > 0x7F; value >>= 7)
        {
            size++;
        }

        return size;
    }

    private Span<byte> Room(int size)
    {
        if (_length + size > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
        }

        return _bytes.AsSpan(_length);
    }
}
