using System.Runtime.CompilerServices;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Protocol.Jwt;
using Mesh.Server.Propagation;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Authentication;

/// <summary>Stage: verifies the tokens of a request, as Istio's RequestAuthentication demands; a request without any passes, and policies decide what it may do.</summary>
internal sealed class JwtStage(InboundPolicy policy, TokenVerifier verifier, Random random, ILogger<JwtStage> logger)
{
    // Goes with the policy; the same policy is compiled once.
    private readonly ConditionalWeakTable<JwtPolicy, CompiledJwtPolicy> _compiled = [];

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (AdmittedPort.Find(context, policy)?.Jwt is not { } jwt)
        {
            return next(context);
        }

        var status = EarlyStatus(context, jwt) ?? Admit(context, Compiled(jwt));
        return status is JwtStatus.Ok ? next(context) : RefuseAsync(context, jwt, status);
    };

    /// <summary>For who needs the token before the request comes to this stage (a <c>WebApplication</c> authenticates first by itself); the stage keeps to the outcome.</summary>
    public JwtStatus Examine(HttpContext context)
    {
        if (AdmittedPort.Find(context, policy)?.Jwt is not { } jwt)
        {
            return JwtStatus.Ok;
        }

        if (context.Features.Get<EarlyExamination>() is not { } examination)
        {
            // A verified token is there when the stage has been passed already.
            var status = context.Features.Get<RequestToken>() is null ? Admit(context, Compiled(jwt)) : JwtStatus.Ok;
            context.Features.Set(examination = new EarlyExamination(jwt, status));
        }

        return examination.Status;
    }

    /// <summary>Null when nobody needed the token early, or the policy has changed since: then nothing of that examination holds any more.</summary>
    private static JwtStatus? EarlyStatus(HttpContext context, JwtPolicy jwt)
    {
        if (context.Features.Get<EarlyExamination>() is not { } examination)
        {
            return null;
        }

        if (ReferenceEquals(examination.Policy, jwt))
        {
            return examination.Status;
        }

        context.Features.Set<RequestToken>(null);
        context.Features.Set<CarriedClaims>(null);
        return null;
    }

    private CompiledJwtPolicy Compiled(JwtPolicy jwt) => _compiled.GetValue(jwt, static jwt => new CompiledJwtPolicy(jwt));

    private JwtStatus Admit(HttpContext context, CompiledJwtPolicy compiled)
    {
        var request = context.Request;
        foreach (var name in compiled.OutputHeaders)
        {
            Strip(request.Headers, name);
        }

        if ((compiled.Source.BypassesPreflights && Preflight.Is(request)) || compiled.Find(context, random) is not { } requirement)
        {
            return JwtStatus.Ok;
        }

        var examination = new TokenExamination(requirement, TokenExtractor.Find(request, requirement.Places), verifier);
        var status = examination.Run();
        if (status is JwtStatus.Ok)
        {
            foreach (var (provider, token) in examination.Accepted)
            {
                TokenOutput.Write(request, provider.Policy, token);
                if (context.Features.Get<RequestToken>() is null)
                {
                    context.Features.Set(token.Known!.Token);
                    context.Features.Set(token.Known.Carried);
                }
            }
        }

        return status;
    }

    /// <summary>Its twin with underscores goes as well: many programs cannot tell them apart.</summary>
    private static void Strip(IHeaderDictionary headers, string name)
    {
        headers.Remove(name);
        if (name.Contains('-', StringComparison.Ordinal))
        {
            headers.Remove(name.Replace('-', '_'));
        }
    }

    private Task RefuseAsync(HttpContext context, JwtPolicy jwt, JwtStatus status)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            var request = context.Request;
            var (path, port) = (request.Path.ToString(), context.Connection.LocalPort);
            var (reason, issuers) = (JwtStatusText.Of(status), string.Join(", ", jwt.Providers.Select(static provider => provider.Issuer)));
            AuthenticationLog.Refused(logger, request.Method, path, port, reason, issuers);
        }

        return JwtRefusal.WriteAsync(context, status, jwt.HidesReasons);
    }
}
