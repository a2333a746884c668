namespace Mesh.Client.LoadBalancing.Hashing;

/// <summary>MT19937: the sequence of numbers by which Envoy goes on from an overloaded endpoint, the same for the same hash in every process.</summary>
internal ref struct MersenneTwister
{
    public const int StateLength = 624;
    private const int Middle = 397;

    private readonly Span<uint> _state;
    private int _index;

    /// <param name="state">Room for <see cref="StateLength"/> numbers.</param>
    /// <param name="seed">Where the sequence starts.</param>
    public MersenneTwister(Span<uint> state, uint seed)
    {
        _state = state;
        _state[0] = seed;
        for (var index = 1u; index < StateLength; index++)
        {
            var before = _state[(int)index - 1];
            _state[(int)index] = unchecked(1812433253u * (before ^ (before >> 30)) + index);
        }

        _index = StateLength;
    }

    public uint Next()
    {
        if (_index == StateLength)
        {
            Twist();
        }

        var value = _state[_index++];
        value ^= value >> 11;
        value ^= (value << 7) & 0x9D2C5680;
        value ^= (value << 15) & 0xEFC60000;
        return value ^ (value >> 18);
    }

    /// <summary>A number from 0 up to, but not with, the bound.</summary>
    public uint Next(uint bound)
    {
        var width = (uint)((1UL << 32) / bound);
        while (true)
        {
            var value = Next() / width;
            if (value < bound)
            {
                return value;
            }
        }
    }

    private void Twist()
    {
        for (var index = 0; index < StateLength; index++)
        {
            var bits = (_state[index] & 0x80000000) | (_state[(index + 1) % StateLength] & 0x7FFFFFFF);
            _state[index] = _state[(index + Middle) % StateLength] ^ (bits >> 1) ^ ((bits & 1) * 0x9908B0DF);
        }

        _index = 0;
    }
}
