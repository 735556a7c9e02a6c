# The bot alone; its database and its platforms are elsewhere (DATABASE_URL, chatops.yaml).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/ChatOps/ChatOps.csproj -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY runbooks /app/runbooks
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["dotnet", "ChatOps.dll"]
CMD ["run", "--config", "/etc/chatops/chatops.yaml"]
