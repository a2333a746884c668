using Mesh.Client.Model;
using Mesh.Protocol.Jwt;

namespace Mesh.Server.Authentication;

/// <summary>What came of the tokens of a request that were examined before its turn; found in its features.</summary>
/// <param name="Policy">By which they were.</param>
/// <param name="Status">What came of it.</param>
internal sealed record EarlyExamination(JwtPolicy Policy, JwtStatus Status);
