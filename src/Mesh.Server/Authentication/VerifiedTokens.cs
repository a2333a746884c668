using System.Collections.Concurrent;

namespace Mesh.Server.Authentication;

/// <summary>Remembers verified tokens, so that the next request with one costs a hash instead of a signature.</summary>
/// <remarks>
/// Bounded by two generations: the older one goes when the newer one is full. Only good tokens come in, so a flood of forged ones displaces nothing.
/// Times, audiences and subjects are looked at for every request; only the signature, which cannot change, is remembered.
/// </remarks>
internal sealed class VerifiedTokens
{
    /// <summary>Of one generation.</summary>
    public const int MaxTokens = 4096;

    /// <summary>Of one generation, in characters of the tokens.</summary>
    public const int MaxCharacters = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private volatile ConcurrentDictionary<TokenDigest, VerifiedToken> _newer = [];
    private volatile ConcurrentDictionary<TokenDigest, VerifiedToken> _older = [];

    // Guarded by _lock.
    private int _count;
    private int _characters;

    public int Count => _newer.Count + _older.Count;

    public VerifiedToken? Find(in TokenDigest digest)
    {
        if (_newer.TryGetValue(digest, out var token))
        {
            return token;
        }

        if (_older.TryGetValue(digest, out token))
        {
            Add(digest, token);
        }

        return token;
    }

    public void Add(in TokenDigest digest, VerifiedToken token)
    {
        lock (_lock)
        {
            if (!_newer.TryAdd(digest, token))
            {
                _newer[digest] = token;
                return;
            }

            _count++;
            _characters += token.Content.Text.Length;
            if (_count >= MaxTokens || _characters >= MaxCharacters)
            {
                (_older, _newer, _count, _characters) = (_newer, [], 0, 0);
            }
        }
    }
}
