using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.AccessLogs.Writing;
using Mesh.Client.Expressions;

namespace Mesh.Client.AccessLogs;

/// <summary>One access log, compiled: which requests, in which form, where to.</summary>
/// <param name="Format">The form.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Filter">Which requests; null for all.</param>
internal sealed record AccessLogTarget(ILogFormat Format, ILogDestination Destination, CelExpression? Filter);
