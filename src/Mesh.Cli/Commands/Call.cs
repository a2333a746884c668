using System.CommandLine;
using Mesh.Cli.Connection;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary>One run of a command.</summary>
internal sealed record Call(ParseResult Arguments, ApiClient Api, Printer Printer, Terminal Terminal, ControlPlaneContext Context);
