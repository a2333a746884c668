using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rules;

/// <summary>The rules for received requests that are in force now, compiled when the control plane changes them.</summary>
internal sealed class InboundRules(InboundPolicy policy, Random random)
{
    private readonly Lock _lock = new();

    // Written under _lock, read by every request.
    private volatile CompiledRules _compiled = CompiledRules.Empty;

    /// <summary>Whether any route of a request's port has a cross-origin policy.</summary>
    public bool HasCors(HttpContext context) => context.Features.Get<IRoutedRequest>() is { } routed ? routed.HasCors : Current.HasCors;

    /// <summary>The route of a request at the port as it was admitted; null when the control plane says nothing of it.</summary>
    public Route? Find(HttpContext context) =>
        context.Features.Get<IRoutedRequest>() is { } routed ? routed.FindRoute(context)
        : AdmittedPort.Find(context, policy) is { } port ? Current.Find(context, port, random) : null;

    private CompiledRules Current
    {
        get
        {
            var compiled = _compiled;
            return ReferenceEquals(compiled.Source, policy.Current) ? compiled : Compile();
        }
    }

    private CompiledRules Compile()
    {
        lock (_lock)
        {
            var source = policy.Current;
            return ReferenceEquals(_compiled.Source, source) ? _compiled : _compiled = new CompiledRules(source);
        }
    }
}
