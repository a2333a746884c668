using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Storage;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>Makes, verifies, lists and takes back tokens; every member may be called from any thread.</summary>
internal sealed class TokenStore
{
    public const string DocumentName = "tokens.json";

    private const int IdBytes = 9;
    private const int SecretBytes = 32;
    private const int Version = 1;

    /// <summary>How often a token that nobody knows makes us look whether another control plane has just made it.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    private readonly IStateStore _state;
    private readonly Func<ImmutableArray<string>> _pins;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _limit;
    private readonly Lock _lock = new();

    // Volatile: replaced under _lock, read by anyone.
    private volatile ImmutableDictionary<string, TokenRecord> _tokens;

    // Interlocked: when an unknown token made us look last.
    private long _lookedAt;

    /// <summary>Reads what was stored.</summary>
    /// <param name="state">Where tokens outlive the process.</param>
    /// <param name="pins">Of the roots that a new token vouches for.</param>
    /// <param name="time">The clock of expiry.</param>
    /// <param name="logger">Gets the secret of no token.</param>
    /// <param name="limit">How many tokens there may be at a time.</param>
    /// <exception cref="StateException">What was stored cannot be read.</exception>
    public TokenStore(IStateStore state, Func<ImmutableArray<string>> pins, TimeProvider time, ILogger<TokenStore> logger, int limit = 10_000)
    {
        (_state, _pins, _time, _logger, _limit) = (state, pins, time, logger, limit);
        state.Changed += OnStateChanged;
        _tokens = Load();
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>How long an expired token stays listed.</summary>
    public static TimeSpan ListedAfterExpiry { get; } = TimeSpan.FromDays(1);

    /// <summary>The longest life of a token.</summary>
    public static TimeSpan MaxLifetime { get; } = TimeSpan.FromDays(366);

    /// <summary>Raised after a token was revoked or used up: who was let in by one may be no longer.</summary>
    public event Action? Changed;

    /// <summary>Makes a token that proves an identity.</summary>
    /// <param name="id">Whose; Istio's form of SPIFFE id.</param>
    /// <param name="lifetime">Above 0, at most <see cref="MaxLifetime"/>.</param>
    /// <param name="once">Whether it is good for one certificate only.</param>
    /// <param name="creator">Who makes it, for the record.</param>
    /// <param name="node">The machine that the holder runs on, for node agents.</param>
    /// <exception cref="TokenException">It cannot be made as asked.</exception>
    public NewToken CreateIdentity(SpiffeId id, TimeSpan lifetime, bool once = false, string? creator = null, string? node = null)
    {
        if (id.ServiceAccount is null)
        {
            throw new TokenException($"expected an identity of the form spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT, got '{id}'");
        }

        return Add(TokenKind.Identity, id.ToString(), lifetime, creator, record => record with { IsOnce = once, Node = node });
    }

    /// <summary>Makes a token for the HTTP API.</summary>
    /// <param name="name">Of the holder, for the record.</param>
    /// <param name="grants">What the holder may do; at least one.</param>
    /// <param name="lifetime">Above 0, at most <see cref="MaxLifetime"/>.</param>
    /// <param name="creator">Who makes it, for the record.</param>
    /// <exception cref="TokenException">It cannot be made as asked.</exception>
    public NewToken CreateApi(string name, ImmutableArray<RoleGrant> grants, TimeSpan lifetime, string? creator = null)
    {
        if (name.Length is 0 or > 200 || name.Any(char.IsControl))
        {
            throw new TokenException("expected a name of 1 to 200 printable characters");
        }

        return grants.Length > 0
            ? Add(TokenKind.Api, name, lifetime, creator, record => record with { Grants = [.. grants.Select(grant => grant.ToString())] })
            : throw new TokenException("expected at least one role, got none");
    }

    /// <summary>All tokens, those that make sense no more included for a day; oldest first.</summary>
    public ImmutableArray<TokenRecord> List() => [.. _tokens.Values.OrderBy(token => token.CreatedAt).ThenBy(token => token.Id, StringComparer.Ordinal)];

    /// <summary>Takes a token back.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Revoke(string id)
    {
        TokenRecord? token = null;
        Update(tokens => tokens.TryGetValue(id, out token) ? tokens.Remove(id) : tokens);
        if (token is null)
        {
            return false;
        }

        AccessLog.Revoked(_logger, id, token.Subject);
        Changed?.Invoke();
        return true;
    }

    /// <summary>Who holds an identity token; a token for one certificate is not used up by this. Null for any reason that it is not good.</summary>
    public IdentityToken? VerifyIdentity(string text) =>
        Verify(text, TokenKind.Identity) is { } token && SpiffeId.TryParse(token.Subject, out var id, out _)
            ? new IdentityToken(id, token.ExpiresAt, token.Id, token.IsOnce, token.Node)
            : null;

    /// <summary>Who holds a token of the API. Null for any reason that it is not good.</summary>
    public ApiToken? VerifyApi(string text) =>
        Verify(text, TokenKind.Api) is { } token && StoredGrant.ParseAll(token.Grants) is { } grants
            ? new ApiToken(token.Subject, grants, token.ExpiresAt, token.Id)
            : null;

    /// <summary>Whether a token that was verified before is still good: not revoked, expired or used up.</summary>
    public bool IsGood(string id) => _tokens.TryGetValue(id, out var token) && Refuse(token, token.Kind) is null;

    /// <summary>Uses up a token for one certificate; of several calls at once one wins. Other tokens are never used up.</summary>
    public bool TryConsume(string id)
    {
        if (_tokens.TryGetValue(id, out var known) && !known.IsOnce)
        {
            return Refuse(known, known.Kind) is null;
        }

        TokenRecord? used = null;
        Update(tokens =>
        {
            if (!tokens.TryGetValue(id, out var token) || Refuse(token, token.Kind) is not null)
            {
                return tokens;
            }

            used = token;
            return tokens.SetItem(id, token with { UsedAt = _time.GetUtcNow() });
        });
        if (used is null)
        {
            return false;
        }

        AccessLog.Used(_logger, id, used.Subject);
        Changed?.Invoke();
        return true;
    }

    private NewToken Add(TokenKind kind, string subject, TimeSpan lifetime, string? creator, Func<TokenRecord, TokenRecord> complete)
    {
        if (lifetime <= TimeSpan.Zero || lifetime > MaxLifetime)
        {
            throw new TokenException($"expected a lifetime above 0 and at most {MaxLifetime.TotalDays} days, got {lifetime}");
        }

        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = _time.GetUtcNow();
        var record = complete(new TokenRecord(id, Hash(secret), kind, subject, now, now + lifetime) { Creator = creator });
        Update(tokens =>
        {
            var kept = tokens.RemoveRange(tokens.Values.Where(token => token.ExpiresAt + ListedAfterExpiry <= now).Select(token => token.Id));
            return kept.Count < _limit
                ? kept.Add(id, record)
                : throw new TokenException($"there are {kept.Count} tokens, which is the limit; revoke some that are not needed");
        });

        AccessLog.Created(_logger, id, kind, subject, creator ?? "-", record.ExpiresAt);
        return new NewToken(new TokenText(id, secret, _pins()).Reveal(), record);
    }

    private TokenRecord? Verify(string text, TokenKind kind)
    {
        if (!TokenText.TryParse(text, out var shown))
        {
            AccessLog.Refused(_logger, "-", "it has not the form of a token");
            return null;
        }

        // The comparison takes the same time whether the id is known or not, and wherever the secrets differ.
        var token = _tokens.GetValueOrDefault(shown.Id) ?? LookFor(shown.Id);
        var isSecretRight = CryptographicOperations.FixedTimeEquals(token?.Hash ?? NoHash, Hash(shown.Secret));
        var reason = token is null ? "no such token" : isSecretRight ? Refuse(token, kind) : "wrong secret";
        if (reason is not null)
        {
            AccessLog.Refused(_logger, token?.Id ?? "-", reason);
            return null;
        }

        return token;
    }

    private string? Refuse(TokenRecord token, TokenKind kind)
    {
        if (token.Kind != kind)
        {
            return $"it is of kind {token.Kind}, asked for was {kind}";
        }

        return token.ExpiresAt <= _time.GetUtcNow() ? "it has expired" : token.UsedAt is not null ? "it was for one certificate, and has been used" : null;
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));

    /// <summary>From what is stored now, which another control plane may have written; what cannot be stored does not count either.</summary>
    private void Update(Func<ImmutableDictionary<string, TokenRecord>, ImmutableDictionary<string, TokenRecord>> change)
    {
        lock (_lock)
        {
            _tokens = _state.Exclusively(() =>
            {
                var current = _state.IsShared ? Load() : _tokens;
                var next = change(current);
                if (!ReferenceEquals(next, current))
                {
                    StateJson.Write(_state, DocumentName, new TokenDocument(Version, [.. next.Values.OrderBy(token => token.CreatedAt)]));
                }

                return next;
            });
        }
    }

    private ImmutableDictionary<string, TokenRecord> Load() =>
        (StateJson.Read<TokenDocument>(_state, DocumentName)?.Tokens ?? []).ToImmutableDictionary(token => token.Id, StringComparer.Ordinal);

    private void OnStateChanged(string name)
    {
        if (name == DocumentName)
        {
            lock (_lock)
            {
                _tokens = Load();
            }

            Changed?.Invoke();
        }
    }

    /// <summary>A token may be used here before the news of it arrives; whoever tries out tokens makes one query a second.</summary>
    private TokenRecord? LookFor(string id)
    {
        var lookedAt = Interlocked.Read(ref _lookedAt);
        if (!_state.IsShared || _time.GetElapsedTime(lookedAt) < LookEvery || Interlocked.CompareExchange(ref _lookedAt, _time.GetTimestamp(), lookedAt) != lookedAt)
        {
            return null;
        }

        try
        {
            lock (_lock)
            {
                _tokens = Load();
            }
        }
        catch (StateException)
        {
            // The database is away: what is known counts.
        }

        return _tokens.GetValueOrDefault(id);
    }
}
