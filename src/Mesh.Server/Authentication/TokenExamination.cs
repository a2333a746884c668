using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Protocol.Jwt;

namespace Mesh.Server.Authentication;

/// <summary>The examination of the tokens of one request.</summary>
internal sealed class TokenExamination(CompiledRequirement requirement, List<PresentedToken> tokens, TokenVerifier verifier)
{
    private readonly List<(TokenProvider Provider, PresentedToken Token)> _accepted = [];
    private readonly List<(TokenProvider Provider, PresentedToken Token, JwtStatus Status)> _verified = [];

    /// <summary>The good tokens, those of the provider that is named first first.</summary>
    public IEnumerable<(TokenProvider Provider, PresentedToken Token)> Accepted =>
        _accepted.Count < 2 ? _accepted : _accepted.OrderBy(pair => requirement.Providers.IndexOf(pair.Provider));

    public JwtStatus Run()
    {
        if (tokens.Count > TokenExtractor.MaxTokens)
        {
            return JwtStatus.MultipleTokens;
        }

        foreach (var token in tokens)
        {
            verifier.Read(token);
        }

        var status = Check(requirement.Root);
        if (status is not JwtStatus.Ok || requirement.AllowsFailed || tokens.Count == 0)
        {
            return status;
        }

        // Envoy stops at the first provider that is content. A bad token behind a good one must not reach an application that may read the bad one.
        if (tokens.Find(static token => !token.IsAccepted) is { } bad)
        {
            return bad.Failure;
        }

        return HoldsConflict() ? JwtStatus.MultipleTokens : JwtStatus.Ok;
    }

    private JwtStatus Check(JwtRequirement node) => node.Kind switch
    {
        JwtRequirementKind.Provider => CheckProvider(requirement[node.Provider!], node.Audiences),
        JwtRequirementKind.Any => CheckAny(node.Parts),
        JwtRequirementKind.All => CheckAll(node.Parts),
        JwtRequirementKind.AllowMissing => CheckPresent(node.Providers),
        _ => AllowFailed(node.Providers),
    };

    /// <summary>All tokens where the provider's are found must be its own, and good.</summary>
    private JwtStatus CheckProvider(TokenProvider provider, ImmutableArray<string> audiences)
    {
        var status = JwtStatus.Missing;
        foreach (var token in tokens)
        {
            if (!token.Place.Providers.Contains(provider))
            {
                continue;
            }

            var one = Accept(provider, token, audiences);
            status = status is JwtStatus.Missing or JwtStatus.Ok ? one : status;
        }

        return status;
    }

    // No part is left out: each marks the tokens that it accepts.
    private JwtStatus CheckAny(ImmutableArray<JwtRequirement> parts)
    {
        var (holds, worst) = (false, JwtStatus.Missing);
        foreach (var part in parts)
        {
            var status = Check(part);
            holds |= status is JwtStatus.Ok;
            worst = Tells(worst) >= Tells(status) ? worst : status;
        }

        return holds ? JwtStatus.Ok : worst;
    }

    private JwtStatus CheckAll(ImmutableArray<JwtRequirement> parts)
    {
        var first = JwtStatus.Ok;
        foreach (var part in parts)
        {
            var status = Check(part);
            first = first is JwtStatus.Ok ? status : first;
        }

        return first;
    }

    /// <summary>Each token where those of the providers are found must be good for one of them.</summary>
    private JwtStatus CheckPresent(ImmutableArray<JwtProvider> providers)
    {
        var worst = JwtStatus.Ok;
        foreach (var token in tokens)
        {
            var status = CheckOne(token, providers);
            worst = worst is JwtStatus.Ok ? status : worst;
        }

        return worst;
    }

    private JwtStatus CheckOne(PresentedToken token, ImmutableArray<JwtProvider> providers)
    {
        var (holds, isTheirs, worst) = (false, false, JwtStatus.UnknownIssuer);
        foreach (var policy in providers)
        {
            var provider = requirement[policy];
            if (token.Place.Providers.Contains(provider))
            {
                isTheirs = true;
                var status = Accept(provider, token, []);
                holds |= status is JwtStatus.Ok;
                worst = Tells(worst) >= Tells(status) ? worst : status;
            }
        }

        return holds || !isTheirs ? JwtStatus.Ok : worst;
    }

    private JwtStatus AllowFailed(ImmutableArray<JwtProvider> providers)
    {
        CheckPresent(providers);
        return JwtStatus.Ok;
    }

    private JwtStatus Accept(TokenProvider provider, PresentedToken token, ImmutableArray<string> audiences)
    {
        var status = Verify(provider, token);
        if (status is JwtStatus.Ok && !provider.IsForUs(token.Content!, audiences))
        {
            status = JwtStatus.AudienceNotAllowed;
        }

        if (status is not JwtStatus.Ok)
        {
            token.Failure = Tells(token.Failure) >= Tells(status) ? token.Failure : status;
            return status;
        }

        token.IsAccepted = true;
        if (!_accepted.Contains((provider, token)))
        {
            _accepted.Add((provider, token));
        }

        return status;
    }

    private JwtStatus Verify(TokenProvider provider, PresentedToken token)
    {
        foreach (var earlier in _verified)
        {
            if (earlier.Provider == provider && earlier.Token.Text == token.Text)
            {
                token.Known ??= earlier.Token.Known;
                return earlier.Status;
            }
        }

        var status = verifier.Verify(token, provider);
        _verified.Add((provider, token, status));
        return status;
    }

    /// <summary>Different tokens of one provider: nobody could say whose request it is.</summary>
    private bool HoldsConflict()
    {
        for (var i = 1; i < _accepted.Count; i++)
        {
            var (provider, token) = _accepted[i];
            if (_accepted.Exists(other => other.Provider == provider && other.Token.Text != token.Text))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How much a status tells: that another provider's token is not this one's tells least.</summary>
    private static int Tells(JwtStatus status) => status switch
    {
        JwtStatus.Ok or JwtStatus.Missing => 0,
        JwtStatus.UnknownIssuer => 1,
        _ => 2,
    };
}
