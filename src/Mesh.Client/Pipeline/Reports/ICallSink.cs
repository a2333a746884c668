namespace Mesh.Client.Pipeline.Reports;

/// <summary>Is told of every logical call that goes through the mesh: once when it begins, once at its true end.</summary>
/// <remarks>Runs on the way of the request, so it must be quick and must not throw. The sinks of a process are settled when it starts, and never know each other.</remarks>
internal interface ICallSink
{
    /// <summary>The call begins; nothing but its destination is settled yet. What the sink makes current (an activity) is current for the stages that follow.</summary>
    void Begin(OutboundCall call);

    /// <summary>The end of its response body, the mesh's own answer, or the moment that the caller has gone.</summary>
    void End(OutboundCall call, in CallReport report);
}
