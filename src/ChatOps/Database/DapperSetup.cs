using System.Data;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;

namespace ChatOps.Database;

/// <summary>How rows become records: snake_case columns, UTC times.</summary>
internal static class DapperSetup
{
    // Dapper's maps are one per process; a module initialiser sets them before any query can run.
    [ModuleInitializer]
    internal static void Apply()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper's own map hands Npgsql a DbType that it answers with a DateTime; the handler below makes it an offset of zero.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new UtcTime());
        SqlMapper.AddTypeHandler(new Json());
    }

    private sealed class UtcTime : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value is DateTimeOffset o
            ? o.ToUniversalTime()
            : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }

    /// <summary>Columns of JSON, which arrive as text.</summary>
    private sealed class Json : SqlMapper.TypeHandler<JsonElement>
    {
        public override JsonElement Parse(object value) => JsonElement.Parse((string)value);

        // The statement casts it: @data::jsonb.
        public override void SetValue(IDbDataParameter parameter, JsonElement value) => parameter.Value = value.GetRawText();
    }
}
