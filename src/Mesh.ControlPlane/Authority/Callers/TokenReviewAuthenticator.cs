using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Believes service-account tokens that the Kubernetes API server says are good, made for us, and not expired.</summary>
internal sealed class TokenReviewAuthenticator(ITokenReviewer reviewer, string trustDomain, TimeProvider time) : ICallerAuthenticator
{
    /// <summary>A token that was good stays so for this long, so that a storm of starts is not one of reviews; a deleted account keeps its power no longer.</summary>
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(10);

    private const string AccountPrefix = "system:serviceaccount:";
    private const int CacheLimit = 10_000;
    private const int MaxLength = 16 * 1024;

    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset Until)> _cache = new(StringComparer.Ordinal);

    public async ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.Bearer is not { } token || TokenText.IsToken(token))
        {
            return CallerVerdict.NotUsed;
        }

        // Only what looks like a JWT is worth a question.
        if (token.Length > MaxLength || token.Split('.').Length != 3)
        {
            return CallerVerdict.Refuse("the bearer token is neither one of ours nor a JWT");
        }

        var key = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = time.GetUtcNow();
        if (_cache.TryGetValue(key, out var known) && now < known.Until)
        {
            return CallerVerdict.Accept(known.Caller);
        }

        var review = await reviewer.ReviewAsync(token, cancellationToken);
        if (review.Refusal is { } refusal)
        {
            return CallerVerdict.Refuse(refusal);
        }

        if (!TryName(review.Username!, out var id, out var reason))
        {
            return CallerVerdict.Refuse(reason);
        }

        var caller = new Caller(id!, CallerKind.Kubernetes, now + CacheTime) { Node = review.Node };
        Remember(key, caller, now);
        return CallerVerdict.Accept(caller);
    }

    private bool TryName(string username, out SpiffeId? id, out string reason)
    {
        id = null;
        reason = $"'{username}' is no service account";
        return username.StartsWith(AccountPrefix, StringComparison.Ordinal)
            && username[AccountPrefix.Length..].Split(':') is [var name, var account]
            && SpiffeId.TryParse($"{SpiffeId.Scheme}{trustDomain}/ns/{name}/sa/{account}", out id, out _)
            && id.ServiceAccount is not null;
    }

    private void Remember(string key, Caller caller, DateTimeOffset now)
    {
        if (_cache.Count >= CacheLimit)
        {
            foreach (var (old, _) in _cache.Where(pair => pair.Value.Until <= now).ToArray())
            {
                _cache.TryRemove(old, out _);
            }
        }

        if (_cache.Count < CacheLimit)
        {
            _cache[key] = (caller, now + CacheTime);
        }
    }
}
